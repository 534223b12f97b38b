# embed_migrations(OUT header ARRAY name FILES a.sql b.sql): a header with `inline constexpr gantry::Migration name[]`.
# Files are named NNNN_words.sql; NNNN is the schema they lead to.
function(embed_migrations)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUT;ARRAY;NAMESPACE" "FILES")
    set(rows "")
    foreach(file ${arg_FILES})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
        file(READ ${file} sql)
        get_filename_component(name ${file} NAME_WE)
        string(REGEX REPLACE "^0*([0-9]+)_.*" "\\1" version ${name})
        string(APPEND rows "    {${version}, \"${name}\", R\"sql(${sql})sql\"},\n")
    endforeach()
    file(CONFIGURE OUTPUT ${arg_OUT} @ONLY CONTENT
"#pragma once
#include \"gantry/core/sqlite.hpp\"

namespace @arg_NAMESPACE@ {
inline constexpr gantry::Migration @arg_ARRAY@[] = {
@rows@};
}  // namespace @arg_NAMESPACE@
")
endfunction()
