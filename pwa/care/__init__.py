"""A carer's day: visits, notes, guides, what the leader's board shows of them, and how a phone syncs it."""
