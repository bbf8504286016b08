"""funnelbook: a versioned sales handbook whose pages carry live numbers."""

import os

__version__ = "0.1.0"

# What Polars has freed goes back to the system soon, not when the system asks for it: until then it counts as this
# program's. Its allocator looks at this when Polars is imported.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:100,muzzy_decay_ms:0")
# NumPy only counts bytes here; the threads that its linear algebra starts on import would but keep a core busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
