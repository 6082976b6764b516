"""Speed, as ratios between contenders inside one run. `./dev bench` runs it; README.md has the figures."""
