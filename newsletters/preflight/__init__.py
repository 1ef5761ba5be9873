"""What is looked at before an edition goes out, so that what is wrong with it reaches nobody.

:mod:`.checking` asks all of it and is where the others are called from. :mod:`.page`, :mod:`.links` and
:mod:`.pictures` are about the HTML; :mod:`.foreign` is about where it leads on other sites, and :mod:`.asking` goes and
looks. :mod:`.domains` is about the name we send by: it keeps what :mod:`.spf`, :mod:`.dkim` and :mod:`.dmarc` find of
its records, who ask by :mod:`.dns`.
"""
