# cmake -DOUT=FOLDER -DGZIP=gzip -DBROTLI=brotli -P pack.cmake -- FILE...
#
# Makes FOLDER anew, with HASH.gz and HASH.br of each file.
file(REMOVE_RECURSE "${OUT}")
file(MAKE_DIRECTORY "${OUT}")
set(given FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  set(file "${CMAKE_ARGV${i}}")
  if(given)
    file(SHA256 "${file}" hash)
    string(SUBSTRING "${hash}" 0 16 name)
    # Without name and time: the same page gives the same bytes.
    execute_process(COMMAND "${GZIP}" -9 --no-name --stdout "${file}"
      OUTPUT_FILE "${OUT}/${name}.gz" COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND "${BROTLI}" --best --force --output=${OUT}/${name}.br "${file}"
      COMMAND_ERROR_IS_FATAL ANY)
  elseif(file STREQUAL "--")
    set(given TRUE)
  endif()
endforeach()
