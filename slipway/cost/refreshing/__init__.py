"""New prices from the AWS Price List API: what is asked for, how it is asked, and the file it is written to."""
