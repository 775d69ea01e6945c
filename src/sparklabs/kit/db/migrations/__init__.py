"""Forward-only SQL migrations, NNNN_{pre,post}_name.sql: `pre` runs before new code is deployed, `post` after."""
