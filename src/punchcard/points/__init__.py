"""Points: wallets, and the ledger of every change."""
