"""The pages that every library has – list, preview, record, export – from one description of each library."""
