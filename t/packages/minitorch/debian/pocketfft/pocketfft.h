/* Stands for a library that Debian adds to the source, as pytorch has debian/pocketfft. */
#define pocketfft_length(n) (n)
