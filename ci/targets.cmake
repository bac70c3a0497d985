# sandbox_library, sandbox_tool, sandbox_unit: one line per target in CMakeLists.txt.
# They make the rules of the design hold at configure time: edges point downwards only,
# and a tool has its page and its cases.

# From the bottom up; a layer may use the layers before it.
set(SANDBOX_LAYERS base database wire record cli digest config audit store isolate image doors engine life build results measure osv scan forge)
# One feature each: none of them knows another one.
set(SANDBOX_FEATURES results measure osv scan forge)

# Third-party packages by the short names that PACKAGES takes.
add_library(sandbox_package_fmt INTERFACE)
target_link_libraries(sandbox_package_fmt INTERFACE fmt::fmt-header-only)
add_library(sandbox_package_json INTERFACE)
target_link_libraries(sandbox_package_json INTERFACE nlohmann_json::nlohmann_json)
add_library(sandbox_package_cli11 INTERFACE)
target_link_libraries(sandbox_package_cli11 INTERFACE CLI11::CLI11)
add_library(sandbox_package_yaml INTERFACE)
if(TARGET yaml-cpp::yaml-cpp)
  target_link_libraries(sandbox_package_yaml INTERFACE yaml-cpp::yaml-cpp)
else()  # yaml-cpp 0.7, Debian 12
  target_link_libraries(sandbox_package_yaml INTERFACE yaml-cpp)
endif()

add_library(sandbox_package_sqlite INTERFACE)
target_link_libraries(sandbox_package_sqlite INTERFACE SQLite::SQLite3)
# libpsl names in its .pc file only what a shared library needs; a static program needs the rest.
add_library(sandbox_package_psl INTERFACE)
target_link_libraries(sandbox_package_psl INTERFACE psl idn2 unistring)

# By its bare name, for static programs; what they do not use of it goes with --gc-sections.
add_library(sandbox_package_zlib INTERFACE)
target_link_libraries(sandbox_package_zlib INTERFACE z)

add_library(sandbox_package_pugixml INTERFACE)
target_link_libraries(sandbox_package_pugixml INTERFACE pugixml::pugixml)

add_library(sandbox_package_re2 INTERFACE)
target_link_libraries(sandbox_package_re2 INTERFACE re2)

add_library(sandbox_package_archive INTERFACE)
target_link_libraries(sandbox_package_archive INTERFACE archive)

add_library(sandbox_package_ares INTERFACE)
target_link_libraries(sandbox_package_ares INTERFACE cares)

add_library(sandbox_package_curl INTERFACE)
target_link_libraries(sandbox_package_curl INTERFACE CURL::libcurl)

# sandbox_check_edges(LAYER USED...): stops on an edge that does not point downwards.
function(sandbox_check_edges layer)
  list(FIND SANDBOX_LAYERS ${layer} rank)
  if(rank EQUAL -1)
    message(FATAL_ERROR "layer '${layer}' is not in SANDBOX_LAYERS (ci/targets.cmake)")
  endif()
  foreach(used IN LISTS ARGN)
    list(FIND SANDBOX_LAYERS ${used} used_rank)
    if(used_rank EQUAL -1 OR used_rank GREATER_EQUAL rank)
      message(FATAL_ERROR "'${layer}' may not use '${used}': edges point downwards only")
    endif()
    if(layer IN_LIST SANDBOX_FEATURES AND used IN_LIST SANDBOX_FEATURES)
      message(FATAL_ERROR "'${layer}' may not use '${used}': a feature knows no other one")
    endif()
  endforeach()
endfunction()

# sandbox_library(NAME USES layer... PACKAGES package... SOURCES file...)
function(sandbox_library name)
  cmake_parse_arguments(arg "" "" "USES;PACKAGES;SOURCES" ${ARGN})
  sandbox_check_edges(${name} ${arg_USES})
  list(TRANSFORM arg_SOURCES PREPEND lib/${name}/)
  if(arg_SOURCES)
    add_library(sandbox_${name} STATIC ${arg_SOURCES})
    set(reach PUBLIC)
  else()
    add_library(sandbox_${name} INTERFACE)
    set(reach INTERFACE)
  endif()
  target_include_directories(sandbox_${name} ${reach} lib)
  list(TRANSFORM arg_USES PREPEND sandbox_)
  list(TRANSFORM arg_PACKAGES PREPEND sandbox_package_)
  target_link_libraries(sandbox_${name} ${reach} ${arg_USES} ${arg_PACKAGES})
endfunction()

# sandbox_tool(NAME [STATIC [RESIDENT]] [LIBEXEC] USES layer... SOURCES file...)
# The verb's files are a library that tests can call; main.cpp is the program. RESIDENT: one
# process for each sandbox, so that memory counts more than the time of a failure.
function(sandbox_tool name)
  cmake_parse_arguments(arg "STATIC;RESIDENT;LIBEXEC" "" "USES;PACKAGES;SOURCES" ${ARGN})
  list(TRANSFORM arg_USES PREPEND sandbox_)
  list(TRANSFORM arg_PACKAGES PREPEND sandbox_package_)
  add_executable(${name} tools/${name}/main.cpp)
  if(arg_SOURCES)
    list(TRANSFORM arg_SOURCES PREPEND tools/${name}/)
    add_library(tool_${name} STATIC ${arg_SOURCES})
    target_include_directories(tool_${name} PUBLIC tools/${name})
    target_link_libraries(tool_${name} PUBLIC ${arg_USES} ${arg_PACKAGES})
    target_link_libraries(${name} PRIVATE tool_${name})
  else()
    target_link_libraries(${name} PRIVATE ${arg_USES} ${arg_PACKAGES})
  endif()
  if(arg_STATIC AND NOT SANDBOX_SANITIZE)
    # A plain static program sorts all its unwind tables at the first exception, which costs
    # 2 ms; one that is relocated at its start touches 0.9 MiB of its own pages.
    if(arg_RESIDENT)
      target_link_options(${name} PRIVATE -static -no-pie -Wl,--gc-sections)
    else()
      target_link_options(${name} PRIVATE -static-pie -Wl,--gc-sections)
    endif()
  endif()
  if(arg_LIBEXEC)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY
      ${CMAKE_BINARY_DIR}/libexec/sandbox-tools)
    install(TARGETS ${name} DESTINATION libexec/sandbox-tools)
  else()
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
    install(TARGETS ${name} DESTINATION bin)
    sandbox_require(${name} man/${name}.1 "its page")
    sandbox_require(${name} tests/cases/${name} "its cases")
    install(FILES man/${name}.1 DESTINATION share/man/man1)
    sandbox_install_completion(${name})
  endif()
endfunction()

# sandbox_install_completion(TOOL): shells find the file of a command by its name. zsh reads the
# names from the first line of one file instead, which CMakeLists.txt makes last.
function(sandbox_install_completion name)
  install(FILES tools/sandbox/completion.bash DESTINATION share/bash-completion/completions RENAME ${name})
  install(FILES tools/sandbox/completion.fish DESTINATION share/fish/vendor_completions.d RENAME ${name}.fish)
  set_property(GLOBAL APPEND PROPERTY sandbox_commands ${name})
endfunction()

# sandbox_require(TOOL PATH WHAT): stops when a part of a tool is missing.
function(sandbox_require tool path what)
  if(NOT EXISTS ${CMAKE_SOURCE_DIR}/${path})
    message(FATAL_ERROR "${tool} lacks ${what}: add ${path} (see man/sandbox-hacking.7)")
  endif()
endfunction()

# sandbox_unit(NAME USES target... SOURCES file...): tests/unit/NAME, one Catch2 program.
function(sandbox_unit name)
  cmake_parse_arguments(arg "" "" "USES;SOURCES" ${ARGN})
  list(TRANSFORM arg_SOURCES PREPEND tests/unit/${name}/)
  add_executable(unit-${name} EXCLUDE_FROM_ALL ${arg_SOURCES})
  target_include_directories(unit-${name} PRIVATE tests/support)
  target_compile_definitions(unit-${name} PRIVATE SANDBOX_SOURCE="${CMAKE_SOURCE_DIR}")
  target_link_libraries(unit-${name} PRIVATE ${arg_USES} Catch2::Catch2WithMain)
  set_target_properties(unit-${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_dependencies(unit-tests unit-${name})
endfunction()

# sandbox_agent(NAME SOURCES file... WIRE file...): a static C++ program on musl, without the C++ runtime
# (no exceptions, no RTTI; header-only parts of the standard library work). glibc's start-up
# alone would cost every sandbox 0.2 ms and 0.7 MiB.
function(sandbox_agent name)
  cmake_parse_arguments(arg "" "" "SOURCES;WIRE" ${ARGN})
  list(TRANSFORM arg_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/tools/${name}/)
  list(TRANSFORM arg_WIRE PREPEND ${CMAKE_SOURCE_DIR}/lib/wire/)
  list(APPEND arg_SOURCES ${arg_WIRE})
  file(GLOB headers CONFIGURE_DEPENDS tools/${name}/*.hpp lib/wire/*.hpp)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=include
    OUTPUT_VARIABLE compiler_include OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX MATCH "^[0-9]+" major ${CMAKE_CXX_COMPILER_VERSION})
  set(triplet x86_64-linux)
  set(output ${CMAKE_BINARY_DIR}/libexec/sandbox-tools/${name})
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -Os -g0 -Wall -Wextra -Werror
      -fno-exceptions -fno-rtti -fno-asynchronous-unwind-tables -fno-stack-protector
      -ffunction-sections -fdata-sections -fno-threadsafe-statics
      -nostdinc -nostdinc++ "-D__GLIBC_PREREQ(a,b)=0" -D_GNU_SOURCE
      -isystem /usr/include/c++/${major} -isystem /usr/include/${triplet}-gnu/c++/${major}
      -isystem /usr/include/${triplet}-musl -isystem ${compiler_include}
      -idirafter /usr/include -idirafter /usr/include/${triplet}-gnu
      -I ${CMAKE_SOURCE_DIR}/lib -I ${CMAKE_SOURCE_DIR}/tools/${name}
      ${arg_SOURCES} -o ${output}
      -static -nostdlib -Wl,--gc-sections -Wl,-s -Wl,-z,noseparate-code -L/usr/lib/${triplet}-musl
      /usr/lib/${triplet}-musl/crt1.o /usr/lib/${triplet}-musl/crti.o -lc -lgcc
      /usr/lib/${triplet}-musl/crtn.o
    DEPENDS ${arg_SOURCES} ${headers}
    COMMENT "Building ${name} (static, musl)" VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${output})
  install(PROGRAMS ${output} DESTINATION libexec/sandbox-tools)
endfunction()

# sandbox_generate(LAYER OUTPUT FROM file.cpp [WITH word...] LINKS library...): a program of the
# layer that runs at build time; what it prints is a file that the layer includes.
function(sandbox_generate layer output)
  cmake_parse_arguments(arg "" "FROM" "WITH;LINKS" ${ARGN})
  get_filename_component(name ${arg_FROM} NAME_WE)
  if(NOT TARGET ${name})
    add_executable(${name} lib/${layer}/${arg_FROM})
    target_link_libraries(${name} PRIVATE ${arg_LINKS})
  endif()
  set(directory ${CMAKE_BINARY_DIR}/generated/${layer})
  file(MAKE_DIRECTORY ${directory})
  add_custom_command(OUTPUT ${directory}/${output}
    COMMAND ${name} ${arg_WITH} > ${directory}/${output} DEPENDS ${name} VERBATIM)
  target_sources(sandbox_${layer} PRIVATE ${directory}/${output})
  target_include_directories(sandbox_${layer} PRIVATE ${directory})
endfunction()

# sandbox_embed(SOURCE PROGRAM TOOL...): the bytes of PROGRAM, whose path SOURCE knows as
# SANDBOX_EMBEDDED, are part of each tool.
function(sandbox_embed source program)
  set(path ${CMAKE_BINARY_DIR}/libexec/sandbox-tools/${program})
  set_source_files_properties(${source} PROPERTIES COMPILE_DEFINITIONS "SANDBOX_EMBEDDED=\"${path}\"" OBJECT_DEPENDS ${path})
  foreach(tool ${ARGN})
    target_sources(${tool} PRIVATE ${source})
    add_dependencies(${tool} ${program})
  endforeach()
endfunction()
