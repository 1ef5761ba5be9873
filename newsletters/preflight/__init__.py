"""What is looked at before an edition goes out, so that what is wrong with it reaches nobody.

:mod:`.checking` asks all of it and is where the others are called from: :mod:`.page`, :mod:`.links` and
:mod:`.pictures` are about the HTML.
"""
