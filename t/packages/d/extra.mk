# Without D's run-time library, which needs not be there.
DFLAGS ?= -O2 -g

foo.o: foo.d
	gdc $(DFLAGS) -fno-druntime -fno-moduleinfo -fPIC -c -o $@ $<
