# cmake -DOUT=FILE.c -DHEADER=header.h -DNAME=table [-DBASE=FOLDER] -P embed.cmake -- FILE...
#
# Writes the files' bytes as C: `const struct embedded_file NAME[]` and `const size_t NAME_count`,
# which the header declares. With a base, their names are paths within that folder.
set(arrays "")
set(rows "")
set(count 0)
set(given FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  set(file "${CMAKE_ARGV${i}}")
  if(given)
    file(READ "${file}" bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    get_filename_component(name "${file}" NAME)
    if(BASE)
      file(RELATIVE_PATH name "${BASE}" "${file}")
    endif()
    string(APPEND arrays "static const unsigned char file_${count}[] = { ${bytes} };\n")
    string(APPEND rows "\t{ \"${name}\", { (const char *)file_${count}, sizeof(file_${count}) } },\n")
    math(EXPR count "${count} + 1")
  elseif(file STREQUAL "--")
    set(given TRUE)
  endif()
endforeach()
file(WRITE "${OUT}" "#include \"${HEADER}\"\n\n${arrays}\n"
  "const struct embedded_file ${NAME}[] = {\n${rows}};\nconst size_t ${NAME}_count = ${count};\n")
