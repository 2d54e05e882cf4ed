"""The database: tables, units of work, and the questions that are asked of them. SQLAlchemy stays in here."""
