"""Referrals: campaigns, codes by which members invite others, who came by them, and tranches that they reach."""
