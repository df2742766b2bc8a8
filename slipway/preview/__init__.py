"""What a preview shows of a recording: the tree, the summary, the manifests and the JSON document."""
