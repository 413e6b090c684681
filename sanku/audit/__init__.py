import django_stubs_ext

# Models and forms say what Django's classes are of, as `QuerySet[Company]`. This is the first of the apps that have any; what
# starts without them is spared the import of all that it reaches for, a sixth of a second.
django_stubs_ext.monkeypatch()
