/* No code: the library leads to another one. */
