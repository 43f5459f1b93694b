"""Who is who: the operator, the colleagues, their photos (REFERENCE §6.2)."""

from __future__ import annotations

from console.graph.operations import Feature, by_operator

_DIRECTORY = ("User.ReadBasic.All", "User.Read.All")

SIGN_IN = Feature(
    "sign-in",
    "Signing in",
    "The console knows who sits at the desk.",
    (by_operator("person.me", "GET /me 200", ("User.Read",), "Read the operator's own name."),),
    basic=True,
)
PEOPLE = Feature(
    "people",
    "Colleagues",
    "Finding whom a caller wants to speak to.",
    (
        by_operator("person.search", "GET /users 200", _DIRECTORY, "Find colleagues by name, mail or phone."),
        by_operator("person.get", "GET /users/{user} 200", _DIRECTORY, "Read one colleague's name."),
    ),
    basic=True,
)
SUGGESTIONS = Feature(
    "suggestions",
    "Colleagues who matter",
    "Those with whom the operator has most to do come first.",
    (
        by_operator(
            "person.relevant",
            "GET /me/people 200",
            ("People.Read",),
            "Find those with whom the operator has most to do.",
        ),
    ),
)
PHOTOS = Feature(
    "photos",
    "Photos",
    "Faces beside the names.",
    (
        by_operator(
            "person.photo",
            "GET /users/{user}/photo/$value 200",
            ("ProfilePhoto.Read.All", *_DIRECTORY),
            "Read a colleague's photo.",
        ),
    ),
)
SEVERAL = Feature(
    "several",
    "Several at once",
    "Up to twenty readings in one request; each needs the permission that it needs alone.",
    (by_operator("batch.read", "POST /$batch 200", (), "Read several things in one request."),),
)
