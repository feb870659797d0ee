/* No code: the library leads to others. */
