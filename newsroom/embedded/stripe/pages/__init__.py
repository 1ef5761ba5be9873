"""The hosted pages: checkout, portal, invoice, 3-D Secure challenge, and the control page of the stand-in itself."""
