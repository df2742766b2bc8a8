"""What AWS and Kubernetes would answer: made up, the same in every run, and never sent anywhere."""
