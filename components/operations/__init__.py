"""Operations: what tells people how the platform fares."""
