"""The closed vocabularies of practitioners, practices and what an agenda offers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sector(models.TextChoices):
    """Convention sector (JDV_J130). OPTAM is a separate flag, see `Practitioner.optam`."""

    NOT_CONTRACTED = "nc", _("Non conventionné")
    SECTOR_1 = "c1", _("Conventionné secteur 1")
    SECTOR_1_DP = "c2", _("Conventionné secteur 1 avec droit à dépassement")
    SECTOR_2 = "c3", _("Conventionné secteur 2")


class VerificationState(models.TextChoices):
    """How far the identity of a practitioner has been proven; only `PUBLISHED` can be bookable."""

    # Imported from the national register, joined by nobody yet.
    REGISTER = "register", _("Au répertoire")
    DECLARED = "declared", _("Déclarée")
    ID_VALID = "id_valid", _("Identifiant valide")
    REGISTER_MATCH = "register_match", _("Trouvée au répertoire")
    CONTROLLED = "controlled", _("Contrôlée")
    PUBLISHED = "published", _("Publiée")


class SnapshotState(models.TextChoices):
    """What became of one import of the register. The content of CURRENT and PREVIOUS is kept, to go back to."""

    IMPORTING = "importing", _("En cours")
    CURRENT = "current", _("En vigueur")
    PREVIOUS = "previous", _("Précédente")
    PAST = "past", _("Passée")
    RESTORED = "restored", _("Annulée")
    REFUSED = "refused", _("Refusée")


class PracticeKind(models.TextChoices):
    OFFICE = "office", _("Cabinet")
    GROUP = "group", _("Maison de santé")
    CENTRE = "centre", _("Centre de santé")


class Role(models.TextChoices):
    """What a member does in a practice. Rights are derived from it at each request."""

    OWNER = "owner", _("Responsable du cabinet")
    PRACTITIONER = "practitioner", _("Praticien")
    LOCUM = "locum", _("Remplaçant")
    COVER = "cover", _("Relais d’un confrère")
    SECRETARY = "secretary", _("Secrétaire")
    ACCOUNTANT = "accountant", _("Comptable du cabinet")


class BlockCause(models.TextChoices):
    """Who closed an agenda to online booking. Each cause is opened and closed by its own package only."""

    OWNER = "owner", _("Fermé par le cabinet")
    VERIFICATION = "verification", _("Vérification en cours")
    REGISTER = "register", _("Répertoire national")
    BILLING = "billing", _("Abonnement")


class Mode(models.TextChoices):
    """How the visit takes place (FHIR v3-ActCode: AMB, PHONE, HH, VR)."""

    OFFICE = "office", _("Au cabinet")
    PHONE = "phone", _("Par téléphone")
    HOME = "home", _("À domicile")
    VIDEO = "video", _("En vidéo")


class Audience(models.TextChoices):
    """Whom a reason is open to online."""

    EVERYONE = "everyone", _("Tout le monde")
    NEW = "new", _("Nouveaux patients seulement")
    KNOWN = "known", _("Patients du cabinet seulement")


class Discretion(models.TextChoices):
    """How visible a visit for this reason is outside the practice's own screens."""

    NORMAL = "normal", _("Normale")
    NOT_NOTIFIED = "not_notified", _("Aucun message envoyé")
    CONCEALED = "concealed", _("Visible de la seule personne qui a réservé")


class ListingAsk(models.TextChoices):
    """What somebody asks about a listing: the first three come from the person listed, the last from anybody."""

    OBJECTION = "objection", _("Ne plus paraître")
    HIDE_PHONE = "hide_phone", _("Masquer le téléphone")
    CORRECTION = "correction", _("Corriger la fiche")
    REPORT = "report", _("Signalement")


class ListingState(models.TextChoices):
    PROVING = "proving", _("Code attendu")
    WAITING = "waiting", _("À traiter")
    DONE = "done", _("Faite")
    REFUSED = "refused", _("Refusée")


class ListingProof(models.TextChoices):
    """What proved that a request comes from the person listed."""

    EMAIL = "email", _("E-mail du répertoire")
    STAFF = "staff", _("Décision de l’équipe")


class ReportReason(models.TextChoices):
    """Why somebody reports a listing."""

    MOVED = "moved", _("Ce soignant n’exerce plus à cette adresse")
    PHONE = "phone", _("Le téléphone n’est pas le bon")
    DECEASED = "deceased", _("Ce soignant a cessé son activité ou est décédé")
    IDENTITY = "identity", _("Cette personne n’est pas un soignant, ou usurpe une identité")
    OTHER = "other", _("Autre chose")
