# The .deb of CPack: what CMakeLists.txt installs, and what stage.cmake adds. See ci/package.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sandbox-tools)
set(CPACK_PACKAGE_CONTACT "The sandbox-tools project <root@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "run untrusted code in isolated sandboxes")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Small programs that build, start, use and destroy isolated computers for code
that nobody has read yet: a merge request, an agent's output, a stranger's
recipe. There is no daemon: state is files, each running sandbox is owned by
one small supervisor process, and everything else is a command that starts,
does one thing, prints a record, and exits.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "uidmap, mmdebstrap, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "man-db, openssh-client, e2fsprogs, git, qemu-system-x86, erofs-utils")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "")
foreach(script conffiles prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/deb/${script})
endforeach()
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/stage.cmake)
set(CPACK_SANDBOX_FILES ${CMAKE_CURRENT_LIST_DIR})
set(CPACK_SANDBOX_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
include(CPack)
