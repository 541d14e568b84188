"""The first layout: runs, starts, items, assets, elements, measurements, verdicts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Spelled out and not imported from the tables, which will change after this step.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("assets", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("commit", sa.String(), nullable=False),
        sa.Column("packages", DOCUMENT, nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("key", name="uq_runs_key"),
    )
    op.create_table(
        "items",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("row_id", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("tags", DOCUMENT, nullable=False),
        sa.Column("wireframe", sa.String(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("conditioner", sa.String(), nullable=False),
        sa.Column("scale", sa.Double(), nullable=True),
        sa.Column("inputs", sa.String(length=64), nullable=False),
        sa.Column("job", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("changed", TIME, nullable=False),
        sa.CheckConstraint("status IN ('pending', 'running', 'done', 'failed')", name=op.f("ck_items_status")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_items_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("run_id", "row_id", "seed", name="uq_items_run_id_row_id_seed"),
    )
    op.create_index("ix_items_run_id_status_position", "items", ["run_id", "status", "position"], unique=False)
    op.create_table(
        "starts",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("started", TIME, nullable=False),
        sa.Column("ended", TIME, nullable=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("commit", sa.String(), nullable=False),
        sa.Column("packages", DOCUMENT, nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_starts_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_starts"),
    )
    op.create_index("ix_starts_run_id", "starts", ["run_id"], unique=False)
    op.create_table(
        "assets",
        sa.Column("id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("start_id", ID, nullable=True),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("scoring", sa.String(length=64), nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("control_map", sa.String(), nullable=False),
        sa.Column("scores", sa.String(), nullable=False),
        sa.Column("asset_bytes", sa.BigInteger(), nullable=False),
        sa.Column("control_map_bytes", sa.BigInteger(), nullable=False),
        sa.Column("scores_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("wireframe_digest", sa.String(length=64), nullable=False),
        sa.Column("stroke_width", sa.Double(), nullable=True),
        sa.Column("scale", sa.Double(), nullable=True),
        sa.Column("warnings", DOCUMENT, nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_assets_item_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["start_id"], ["starts.id"], name="fk_assets_start_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_assets"),
        sa.UniqueConstraint("item_id", "job", name="uq_assets_item_id_job"),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("time", TIME, nullable=False),
        sa.CheckConstraint("verdict IN ('good', 'bad')", name=op.f("ck_verdicts_verdict")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_verdicts_item_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        sa.UniqueConstraint("item_id", "job", "reviewer", "time", name="uq_verdicts_item_id_job_reviewer_time"),
    )
    op.create_table(
        "elements",
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("x0", sa.Integer(), nullable=False),
        sa.Column("y0", sa.Integer(), nullable=False),
        sa.Column("x1", sa.Integer(), nullable=False),
        sa.Column("y1", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_elements_asset_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("asset_id", "number", name="pk_elements"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "measurements",
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("element", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=True),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name="fk_measurements_asset_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("asset_id", "element", "name", name="pk_measurements"),
        sqlite_with_rowid=False,
    )
