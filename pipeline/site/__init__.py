"""The comparison site: regions side by side as static pages for people, readable without a network."""
