"""What an app declares once, in the words of each mesh: who may call it, how it is called, where it may go."""
