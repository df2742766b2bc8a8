"""The review as one HTML file: `page()` in slipway.page.page, from the `PageData` of slipway.page.data."""
