"""Who exists in the simulated tenant: its applications, its lines and its people, all obviously invented."""

from __future__ import annotations

from dataclasses import dataclass, field

TENANT_ID = "5b7d2f0a-2c4e-4a5e-8f31-9f1c7f6e2a10"
CONSOLE_APP_ID = "c0450100-0000-4000-8000-000000000001"
RELAY_APP_ID = "4e1a1000-0000-4000-8000-000000000002"
BOT_APP_ID = "b0700000-0000-4000-8000-000000000003"
GRAPH_RESOURCE_ID = "00000003-0000-0000-c000-000000000000"
"""Microsoft Graph's own well-known application id: the audience of every Graph token."""


@dataclass(frozen=True, slots=True)
class User:
    """One member of the simulated tenant. `roles` are app roles on the relay's API registration."""

    id: str
    display_name: str
    user_principal_name: str
    job_title: str
    department: str
    office_location: str
    business_phone: str
    availability: str = "Available"
    activity: str = "Available"
    roles: tuple[str, ...] = ()
    has_photo: bool = True

    @property
    def mail(self) -> str:
        return self.user_principal_name


@dataclass(frozen=True, slots=True)
class Line:
    """A resource account that callers ring; calls to it reach the bot."""

    id: str
    display_name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Directory:
    tenant_id: str = TENANT_ID
    console_app_id: str = CONSOLE_APP_ID
    relay_app_id: str = RELAY_APP_ID
    bot_app_id: str = BOT_APP_ID
    bot_display_name: str = "Front Desk"
    users: tuple[User, ...] = field(default_factory=lambda: DEMO_USERS)
    lines: tuple[Line, ...] = field(default_factory=lambda: DEMO_LINES)

    def user(self, id_or_upn: str) -> User | None:
        wanted = id_or_upn.casefold()
        return next((u for u in self.users if wanted in (u.id, u.user_principal_name.casefold())), None)


def _user(number: int, name: str, title: str, department: str, office: str, **more: object) -> User:
    first = name.split()[0].casefold()
    return User(
        id=f"0d000000-0000-4000-8000-{number:012d}",
        display_name=name,
        user_principal_name=f"{first}@contoso.example",
        job_title=title,
        department=department,
        office_location=office,
        business_phone=f"+1 425 555 {100 + number:04d}",
        **more,  # type: ignore[arg-type]
    )


DEMO_USERS: tuple[User, ...] = (
    _user(1, "Lena Ortiz", "Receptionist", "Front desk", "Lobby", roles=("Operator",)),
    _user(2, "Kofi Mensah", "Receptionist", "Front desk", "Lobby", roles=("Operator",)),
    _user(3, "Ines Duarte", "Front desk lead", "Front desk", "Room 1.02", roles=("Operator", "Supervisor")),
    _user(11, "Anna Berg", "Sales lead", "Sales", "Room 4.12"),
    _user(12, "Tom Reed", "Account manager", "Sales", "Room 4.14", availability="Busy", activity="InACall"),
    _user(13, "Mei Tan", "Counsel", "Legal", "Room 5.03", availability="Away", activity="Away"),
    _user(14, "Jonas Weber", "Support engineer", "Support", "Room 2.20"),
    _user(15, "Priya Raman", "Support lead", "Support", "Room 2.21"),
    _user(16, "Carlos Silva", "Buyer", "Purchasing", "Room 3.08"),
    _user(17, "Aisha Khan", "Payroll specialist", "Finance", "Room 3.11"),
    _user(
        18,
        "Oskar Lind",
        "IT administrator",
        "IT",
        "Room 1.17",
        availability="DoNotDisturb",
        activity="Presenting",
    ),
    _user(19, "Hana Sato", "Facilities", "Facilities", "Room 0.04", has_photo=False),
    _user(
        20,
        "Marta Nowak",
        "Managing director",
        "Management",
        "Room 6.01",
        availability="Busy",
        activity="InAMeeting",
    ),
    _user(
        21,
        "Ben Carter",
        "Press officer",
        "Communications",
        "Room 6.05",
        availability="Offline",
        activity="OffWork",
    ),
    _user(22, "Li Wei 李伟", "Export manager", "Sales", "Room 4.15"),
)

DEMO_LINES: tuple[Line, ...] = (
    Line("e1000000-0000-4000-8000-000000000001", "Main line", "+14255550100"),
    Line("e1000000-0000-4000-8000-000000000002", "Sales line", "+14255550200"),
)
