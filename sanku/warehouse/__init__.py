"""The national base: tens of millions of companies in columns. The one place that knows an analytic engine."""
