// SPDX-License-Identifier: Apache-2.0
#include "rehearse/capture.h"

#include <pcap/pcap.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <span>

#include "base/byte_order.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kMaxFrame = 65'535 + 64;
constexpr int kSll2 = 276;  // DLT_LINUX_SLL2, which older headers do not name

// Bytes in front of the IP packet of link types that are not Ethernet.
struct LinkRow {
  int link;
  size_t skip;
};
constexpr LinkRow kLinks[] = {
    {DLT_RAW, 0},        {12, 0},       {14, 0},  // raw IP, as various systems number it
    {DLT_NULL, 4},       {DLT_LOOP, 4},           // address family, then IP
    {DLT_LINUX_SLL, 16}, {kSll2, 20},
};

const LinkRow* row_of(int link) noexcept {
  const auto* const found = std::ranges::find(kLinks, link, &LinkRow::link);
  return found == std::end(kLinks) ? nullptr : found;
}

// Behind a link header that nobody saw.
std::vector<uint8_t> as_ethernet(std::span<const uint8_t> bytes, size_t skip) {
  std::vector<uint8_t> frame(14, 0);
  if (bytes.size() <= skip) return frame;
  const uint8_t version = bytes[skip] >> 4;
  store_be<uint16_t>(&frame[12], version == 6 ? wire::ethertype::kIpv6 : wire::ethertype::kIpv4);
  frame.insert(frame.end(), bytes.begin() + static_cast<std::ptrdiff_t>(skip), bytes.end());
  return frame;
}

}  // namespace

void Capture::Close::operator()(pcap* capture) const noexcept {
  pcap_close(capture);
}

Capture::Capture(pcap* capture, int link, uint64_t size) noexcept
    : capture_(capture), link_(link), size_(size) {}

Result<Capture> Capture::open(const std::string& path) {
  char error[PCAP_ERRBUF_SIZE] = "";
  pcap_t* const opened =
      pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error);
  if (opened == nullptr) return Error{ErrorCode::kIo, path + ": " + error};
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  Capture capture(opened, pcap_datalink(opened), unknown ? 0 : size);
  if (capture.link_ == DLT_EN10MB || row_of(capture.link_) != nullptr) return capture;
  const char* const name = pcap_datalink_val_to_name(capture.link_);
  return Error{ErrorCode::kUnsupported, path + ": frames of link type " +
                                            (name != nullptr ? name : "unknown") +
                                            " carry neither Ethernet nor IP"};
}

Result<bool> Capture::next(CapturedFrame& frame) {
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  const int got = pcap_next_ex(capture_.get(), &header, &data);
  if (got == PCAP_ERROR_BREAK) return false;
  if (got != 1)
    return Error{ErrorCode::kInvalid,
                 "after frame " + std::to_string(number_) + ": " + pcap_geterr(capture_.get())};
  const std::span<const uint8_t> bytes(data, std::min<size_t>(header->caplen, kMaxFrame));
  frame.number = ++number_;
  frame.wall_ns = int64_t{header->ts.tv_sec} * 1'000'000'000 + header->ts.tv_usec;
  frame.cut = bytes.size() < header->len;
  frame.no_link = link_ != DLT_EN10MB;
  if (frame.no_link)
    frame.bytes = as_ethernet(bytes, row_of(link_)->skip);
  else
    frame.bytes.assign(bytes.begin(), bytes.end());
  return true;
}

double Capture::done() const noexcept {
  FILE* const file = pcap_file(capture_.get());
  const long at = file != nullptr && size_ != 0 ? std::ftell(file) : -1;
  return at < 0 ? 0 : std::min(1.0, static_cast<double>(at) / static_cast<double>(size_));
}

}  // namespace bulkhead::dataplane
