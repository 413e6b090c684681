"""Addresses of signing in: allauth's, without those that write e-mails, which nobody here has."""

from allauth.account.views import LoginView
from django.urls import include, path

from sanku.accounts.demo_sign_ins import demo_sign_ins
from sanku.accounts.views.sign_in import not_here

urlpatterns = [
    path("login/", LoginView.as_view(extra_context={"demo_sign_ins": demo_sign_ins}), name="account_login"),
    # The administrator gives a new password; nothing is sent and nobody registers himself.
    path("password/reset/", not_here),
    path("password/reset/<path:rest>", not_here),
    path("email/", not_here),
    path("", include("allauth.urls")),
]
