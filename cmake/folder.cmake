# dayi_folder(NAME SOURCES ... USES ... LIBRARIES ... PUBLIC_LIBRARIES ...)
#
# One static library a folder of src/. USES names folders above it; LIBRARIES stay private, so that
# a header of SQLite or ICU included elsewhere does not compile where it is not installed in the
# default path and is caught by script/lint elsewhere.
function(dayi_folder name)
  cmake_parse_arguments(F "" "" "SOURCES;USES;LIBRARIES;PUBLIC_LIBRARIES" ${ARGN})
  add_library(dayi_${name} STATIC ${F_SOURCES})
  target_link_libraries(dayi_${name} PUBLIC dayi_flags ${F_PUBLIC_LIBRARIES} PRIVATE ${F_LIBRARIES})
  foreach(used IN LISTS F_USES)
    target_link_libraries(dayi_${name} PUBLIC dayi_${used})
  endforeach()
endfunction()

# dayi_word_lists(OUT FILE.txt HEADER PREFIX): makes C of the lists of words in FILE.txt, which HEADER
# declares with names that begin with PREFIX, and sets OUT to the C file.
function(dayi_word_lists out file header prefix)
  get_filename_component(name ${file} NAME_WE)
  set(text ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set(code ${CMAKE_CURRENT_BINARY_DIR}/${name}_lists.c)
  add_custom_command(
    OUTPUT ${code}
    COMMAND ${CMAKE_COMMAND} -DOUT=${code} -DHEADER=${header} -DPREFIX=${prefix}
      -P ${PROJECT_SOURCE_DIR}/cmake/word_lists.cmake -- ${text}
    DEPENDS ${text} ${PROJECT_SOURCE_DIR}/cmake/word_lists.cmake
    COMMENT "Making C of ${file}"
    VERBATIM)
  set(${out} ${code} PARENT_SCOPE)
endfunction()

# dayi_unit_tests(FOLDER MODULE...): test_MODULE.c beside it, run as FOLDER/MODULE.
function(dayi_unit_tests folder)
  foreach(module IN LISTS ARGN)
    set(target test_${folder}_${module})
    add_executable(${target} test_${module}.c)
    target_link_libraries(${target} PRIVATE dayi_${folder} lib::cmocka)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit)
    target_compile_definitions(${target} PRIVATE
      DAYI_SOURCE_DIR="${PROJECT_SOURCE_DIR}" DAYI_BINARY_DIR="${PROJECT_BINARY_DIR}")
    add_test(NAME ${folder}/${module} COMMAND ${target})
    set_tests_properties(${folder}/${module} PROPERTIES TIMEOUT 120)
  endforeach()
endfunction()
