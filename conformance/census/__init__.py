"""The census: every implementation of a declared list, judged in the environments it needs."""
