# Run by CPack over what was installed: the parts that only a package of a distribution has.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
set(from ${CPACK_SANDBOX_FILES})
set(doc ${root}/usr/share/doc/sandbox-tools)
file(COPY ${from}/sandbox-reap.service ${from}/sandbox-reap.timer DESTINATION ${root}/lib/systemd/system)
file(COPY ${from}/cron.d/sandbox-tools DESTINATION ${root}/etc/cron.d)
file(COPY ${from}/config.json DESTINATION ${doc}/examples)
file(COPY ${from}/deb/lintian-overrides DESTINATION ${root}/usr/share/lintian/overrides)
file(RENAME ${root}/usr/share/lintian/overrides/lintian-overrides ${root}/usr/share/lintian/overrides/sandbox-tools)
file(COPY ${CPACK_SANDBOX_LICENSE} DESTINATION ${doc})
file(RENAME ${doc}/LICENSE ${doc}/copyright)
file(WRITE ${doc}/changelog "sandbox-tools (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n  * See the history of the repository.\n\n -- ${CPACK_PACKAGE_CONTACT}  Thu, 01 Jan 1970 00:00:00 +0000\n")
file(GLOB_RECURSE pages ${root}/usr/share/man/*.[1-8])
# -n: the same bytes each time.
execute_process(COMMAND gzip -9n ${pages} ${doc}/changelog COMMAND_ERROR_IS_FATAL ANY)
# Whatever the umask of whoever builds: everybody may read, nobody but root may write.
execute_process(COMMAND chmod -R u+rwX,go+rX,go-w ${root} COMMAND_ERROR_IS_FATAL ANY)
