# One INTERFACE target carries the flags of all our own code. Names are hidden: a visible json_string
# of ours would take the place of the one in Jansson that libjwt calls.
add_library(dayi_flags INTERFACE)
target_compile_definitions(dayi_flags INTERFACE _GNU_SOURCE)
target_include_directories(dayi_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(dayi_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
  -Wundef -Wcast-qual -fno-common -fvisibility=hidden)

# Assertions stay on in every build: they are cheap, and a broken invariant must end the process
# rather than answer wrongly. CMake's optimised build types would switch them off.
foreach(type RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REGEX REPLACE " *-DNDEBUG" "" CMAKE_C_FLAGS_${type} "${CMAKE_C_FLAGS_${type}}")
endforeach()

# Assertions name their file by its path within the tree: what is installed knows nothing of it.
target_compile_options(dayi_flags INTERFACE -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)

option(DAYI_WERROR "Warnings are errors" OFF)
if(DAYI_WERROR)
  target_compile_options(dayi_flags INTERFACE -Werror)
endif()

option(DAYI_HARDEN "Hardened build: stack protector, fortified libc, full RELRO" OFF)
if(DAYI_HARDEN)
  target_compile_options(dayi_flags INTERFACE -fstack-protector-strong -fstack-clash-protection
    -fcf-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(dayi_flags INTERFACE -Wl,-z,relro,-z,now)
endif()

if(DAYI_SANITIZE)
  add_compile_options(-fsanitize=${DAYI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DAYI_SANITIZE})
endif()
