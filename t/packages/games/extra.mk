# As many an old game does; only (fake)root may.
install: install-owner
install-owner: all
	install -d $(DESTDIR)/var/games
	install -o root -g games -m 664 /dev/null $(DESTDIR)/var/games/foo.scores
