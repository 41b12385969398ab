# What `cmake --install` puts where; docs/library.md and docs/other-computers.md tell about it.
#
# With the prefix /usr or /usr/local, what is written goes to /var/lib/dayi and the configuration to
# /etc/dayi; with another one both stay in it. Either is decided when it is installed, so that
# `cmake --install --prefix` and DESTDIR work.

# --- the program and what it reads ---

install(TARGETS dayi RUNTIME COMPONENT program)
install(DIRECTORY knowledge DESTINATION ${CMAKE_INSTALL_DATADIR}/dayi COMPONENT program)
install(DIRECTORY web/dist/ DESTINATION ${CMAKE_INSTALL_DATADIR}/dayi/web COMPONENT program)
install(DIRECTORY samples DESTINATION ${CMAKE_INSTALL_DATADIR}/dayi COMPONENT program)
install(DIRECTORY ${PROJECT_BINARY_DIR}/share/dayi/packed ${PROJECT_BINARY_DIR}/share/dayi/locale
  DESTINATION ${CMAKE_INSTALL_DATADIR}/dayi COMPONENT program)
install(DIRECTORY ${PROJECT_BINARY_DIR}/share/man/ DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT program)
install(FILES completions/dayi.bash RENAME dayi
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES ${PROJECT_BINARY_DIR}/share/completions/_dayi
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT program)
install(FILES ${PROJECT_BINARY_DIR}/share/completions/dayi.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
# As they lie in the source, so that their links lead somewhere; see installed-links.cmake.in.
install(FILES LICENSE README.md README.zh-CN.md CHANGELOG.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES tests/onebot-peer/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/tests/onebot-peer COMPONENT program)
install(FILES deploy/nginx.conf deploy/haproxy.cfg deploy/dayi.service
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/deploy COMPONENT program)
configure_file(cmake/installed-links.cmake.in ${PROJECT_BINARY_DIR}/installed-links.cmake @ONLY)
install(SCRIPT ${PROJECT_BINARY_DIR}/installed-links.cmake COMPONENT program)

# --- what the office writes ---

configure_file(cmake/install-state.cmake.in ${PROJECT_BINARY_DIR}/install-state.cmake @ONLY)
install(SCRIPT ${PROJECT_BINARY_DIR}/install-state.cmake COMPONENT program)

# --- libdayi ---

install(TARGETS libdayi EXPORT dayiTargets
  LIBRARY COMPONENT library NAMELINK_COMPONENT development)
install(FILES include/dayi.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(FILES ${PROJECT_BINARY_DIR}/lib/libdayi.a
  DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)

# Both find the prefix by where they lie themselves, so the tree may be moved.
file(RELATIVE_PATH DAYI_PC_TO_PREFIX /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
configure_file(cmake/dayi.pc.in ${PROJECT_BINARY_DIR}/dayi.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/dayi.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/dayi)
install(EXPORT dayiTargets NAMESPACE dayi:: DESTINATION ${package} COMPONENT development)
configure_package_config_file(cmake/dayiConfig.cmake.in ${PROJECT_BINARY_DIR}/dayiConfig.cmake
  INSTALL_DESTINATION ${package} PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
# Below 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dayiConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dayiConfig.cmake ${PROJECT_BINARY_DIR}/dayiConfigVersion.cmake
  DESTINATION ${package} COMPONENT development)
install(FILES examples/ask.c examples/ask.py
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT development)
