//! The server's face: pages, server functions, live updates, files.
