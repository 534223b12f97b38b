#pragma once
/// A server that takes PUT and tus and throws the bytes away: what is left is the client and the line.

#include <string>

#include "sockets.hpp"

namespace gantry::bench {

class UploadSink {
public:
    std::string url(const char* path) const {
        return "http://127.0.0.1:" + std::to_string(listener_.port()) + path;
    }

private:
    static void serve(int fd);
    test::Listener listener_{serve};
};

}  // namespace gantry::bench
