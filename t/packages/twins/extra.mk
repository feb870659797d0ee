# A second build of the library, with the same SONAME, for a package of its own.
all: alt/$(REALNAME)

alt/$(REALNAME): foo.c
	mkdir -p alt
	$(CC) $(CPPFLAGS) -DFOO_EXTRA $(CFLAGS) -fPIC -c -o alt/foo.o $<
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) -o $@ alt/foo.o
	ln -sf $(REALNAME) alt/$(SONAME)

install: install-alt
install-alt: all
	install -d $(DESTDIR)/alt$(LIBDIR)
	cp -d alt/*.so* $(DESTDIR)/alt$(LIBDIR)

clean: clean-alt
clean-alt:
	rm -rf alt
