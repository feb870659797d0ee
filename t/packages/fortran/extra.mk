FFLAGS ?= -O2 -g

foo.o: foo.f90
	gfortran $(FFLAGS) -fPIC -c -o $@ $<
