# libfoo_framework.so.1 is the Makefile's own library; the other two link what is before them.
LIBS = -lfoo_cc -lfoo -lfoo_framework

foo: libfoo_cc.so.1

libfoo.so.1: foo_c.o $(REALNAME)
	ln -sf $(REALNAME) libfoo_framework.so
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$@ -o $@ $< -L. -lfoo_framework
	ln -sf $@ libfoo.so

libfoo_cc.so.1: foo_cc.o libfoo.so.1
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$@ -o $@ $< -L. -lfoo -lfoo_framework
	ln -sf $@ libfoo_cc.so
