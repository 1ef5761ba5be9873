"""What every test may use. The engines under them are started by the plugin in tests/engines.py."""
