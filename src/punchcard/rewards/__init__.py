"""Rewards: the catalogue, its stock, and the vouchers bought."""
