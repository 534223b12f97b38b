# Warnings, sanitizers and speed of the build. Targets of ours link gantry_warnings; nobody else does.
option(GANTRY_WERROR "Treat warnings as errors (set by the presets)" OFF)
set(GANTRY_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none (set by the presets)")

add_library(gantry_warnings INTERFACE)
target_compile_options(gantry_warnings INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Wold-style-cast $<$<BOOL:${GANTRY_WERROR}>:-Werror>)
# g++ 12 takes strings that were moved from for too short once their header comes precompiled.
set(false_alarms -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
target_compile_options(gantry_warnings INTERFACE "$<$<CXX_COMPILER_ID:GNU>:${false_alarms}>")

if(GANTRY_SANITIZE)
    add_compile_options(-fsanitize=${GANTRY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${GANTRY_SANITIZE})
endif()

find_program(GANTRY_CCACHE ccache)
if(GANTRY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without this it caches nothing that uses a precompiled header.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${GANTRY_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${GANTRY_CCACHE})
endif()
find_program(GANTRY_MOLD mold)
if(GANTRY_MOLD)
    add_link_options(-fuse-ld=mold)
endif()
