# What the build runs itself: make_tables, and dayi for its manual pages. In a cross build neither
# runs here; DAYI_HOST_TOOLS names the folder of a native build that has both (its bin/).
set(DAYI_HOST_TOOLS "" CACHE PATH "bin/ of a native build, whose programs make what this build needs made")
if(CMAKE_CROSSCOMPILING AND NOT DAYI_HOST_TOOLS)
  message(FATAL_ERROR "A cross build needs the programs of a native one: build that first, then "
    "give -DDAYI_HOST_TOOLS=ITS_FOLDER/bin")
endif()

# dayi_host_tool(VARIABLE NAME TARGET): the program to run, the host's or this build's.
function(dayi_host_tool variable name target)
  if(NOT DAYI_HOST_TOOLS)
    set(${variable} $<TARGET_FILE:${target}> PARENT_SCOPE)
    return()
  endif()
  if(NOT EXISTS ${DAYI_HOST_TOOLS}/${name})
    message(FATAL_ERROR "There is no ${name} in DAYI_HOST_TOOLS, ${DAYI_HOST_TOOLS}")
  endif()
  set(${variable} ${DAYI_HOST_TOOLS}/${name} PARENT_SCOPE)
endfunction()
