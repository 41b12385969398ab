# Every library comes from Debian and is found by pkg-config, as SYSTEM so that its headers do not
# raise our warnings.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(dayi_library name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${module})
  add_library(lib::${name} INTERFACE IMPORTED)
  target_link_libraries(lib::${name} INTERFACE PkgConfig::${name})
endfunction()

dayi_library(cjson libcjson)
dayi_library(icu icu-uc)
dayi_library(icu_i18n icu-i18n)
dayi_library(pcre2 libpcre2-8)
dayi_library(sqlite sqlite3)
dayi_library(libpq libpq)
dayi_library(crypto libcrypto)
dayi_library(websockets libwebsockets)
dayi_library(inih inih)
dayi_library(jwt libjwt)
dayi_library(argon2 libargon2)
dayi_library(yaml yaml-0.1)
if(DAYI_TESTS)
  dayi_library(cmocka cmocka)
endif()

# These bring no pkg-config file.
foreach(name csv ev)
  string(TOUPPER ${name} upper)
  find_library(DAYI_${upper}_LIBRARY ${name} REQUIRED)
  add_library(lib::${name} INTERFACE IMPORTED)
  target_link_libraries(lib::${name} INTERFACE ${DAYI_${upper}_LIBRARY})
endforeach()
