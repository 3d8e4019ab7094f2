// SPDX-License-Identifier: Apache-2.0
// Writes the capture that net_pcap replays: frames of the benchmarks' plant, by seed. The same
// arguments give the same bytes; captures are made when needed and never kept in the repository.
#include <cstdint>
#include <cstdio>
#include <string>

#include "gen/frame_mix.h"
#include "support/arguments.h"
#include "support/plant.h"

namespace {

using namespace bulkhead;

constexpr const char* kUsage =
    "usage: make_pcap --out FILE [--bytes N|imix] [--flows N] [--relationships N] [--packets N]\n"
    "                 [--seed N] [--transport udp|tcp|mixed]\n"
    "  --bytes: of a frame, Ethernet header included and FCS not (60 to 1514, default 64); imix: "
    "of every 12\n"
    "           frames 7 of 60, 4 of 566 and 1 of 1514\n";

// pcap file format, little endian, microseconds, LINKTYPE_ETHERNET.
void write_file_header(std::FILE* out) {
  const uint32_t header[6] = {0xa1b2c3d4, 2 | (4u << 16), 0, 0, 65535, 1};
  std::fwrite(header, sizeof header, 1, out);
}

void write_frame(std::FILE* out, uint32_t number, const test::Bytes& frame) {
  const auto size = static_cast<uint32_t>(frame.size());
  const uint32_t header[4] = {0, number, size, size};
  std::fwrite(header, sizeof header, 1, out);
  std::fwrite(frame.data(), frame.size(), 1, out);
}

bench::Transport transport_of(const bench::Arguments& arguments, uint32_t flow) {
  const std::string& name = arguments.text("transport");
  if (name == "mixed") return flow % 2 == 0 ? bench::Transport::kUdp : bench::Transport::kTcp;
  if (name != "udp" && name != "tcp") arguments.fail("no such transport: " + name);
  return name == "udp" ? bench::Transport::kUdp : bench::Transport::kTcp;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv,
                                   {{"bytes", "64"},
                                    {"flows", "256"},
                                    {"relationships", "10"},
                                    {"packets", "1024"},
                                    {"seed", "1"},
                                    {"transport", "udp"},
                                    {"out", ""}},
                                   kUsage);
  const bench::Plant plant({arguments.number("flows", 1, 1'000'000),
                            arguments.number("relationships", 1, 30'000),
                            arguments.number("seed", 0, UINT32_MAX)});
  const auto mix = bench::FrameMix::parse(arguments.text("bytes"));
  if (!mix) arguments.fail("--bytes is imix or a number from 60 to 1514");
  const std::string& path = arguments.text("out");
  std::FILE* out = path.empty() ? nullptr : std::fopen(path.c_str(), "wb");
  if (out == nullptr) arguments.fail("cannot write '" + path + "' (--out)");
  write_file_header(out);
  uint32_t n = 0;
  for (const uint32_t f : plant.schedule(arguments.number("packets", 1, 10'000'000))) {
    write_frame(out, n, plant.frame(f, mix->bytes(n), transport_of(arguments, f)));
    ++n;
  }
  if (std::fclose(out) != 0) arguments.fail("cannot write '" + path + "'");
}
