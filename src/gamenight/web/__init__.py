"""The pages: console, phones, TV and overlay, built from web/ while the package is built."""
