// SPDX-License-Identifier: Apache-2.0
// The PDUs of a capture, in the order of the frames that complete them: frames and streams by the
// dataplane's own parsers, one conversation after the other as far as memory is given to them.
#pragma once

#include <map>
#include <tuple>

#include "dissect/captured_fragments.h"
#include "dissect/connection.h"
#include "dissect/protocols.h"
#include "rehearse/capture.h"
#include "table/io_connections.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {

class Dissection {
 public:
  static constexpr size_t kMostConversations = 1u << 16;  // at once; the oldest are forgotten

  explicit Dissection(std::vector<ProtocolRow> protocols) : protocols_(std::move(protocols)) {}

  void frame(const CapturedFrame& captured, const PduSink& sink);

  // Frames of which nothing could be told: fragments whose packet did not become whole, or not
  // parsed up to IP. And those of which the capture holds only the beginning: what is there is
  // told.
  struct Passed {
    uint64_t cut = 0;
    uint64_t fragments = 0;
    uint64_t malformed = 0;
  };
  [[nodiscard]] Passed passed_over() const noexcept {
    return {cut_, fragments_.unused(), malformed_};
  }

 private:
  // Client, its port, server, its port, transport.
  using Key = std::tuple<IpAddress, uint16_t, IpAddress, uint16_t, uint8_t>;
  struct Entry {
    std::unique_ptr<Conversation> conversation;  // null: no protocol that is known
    uint64_t last_frame = 0;
  };

  void packet(const wire::Frame& frame, std::span<const uint8_t> bytes, PduPlace place,
              const PduSink& sink);
  void link(const wire::Frame& frame, std::span<const uint8_t> bytes, PduPlace place,
            const PduSink& sink);
  [[nodiscard]] const ProtocolRow* row_of(uint8_t transport, uint16_t port) const;
  [[nodiscard]] const ProtocolRow* recognised(std::span<const uint8_t> payload) const;
  Entry* known(const Key& key);
  Entry& begin(const Key& key, const ProtocolRow& row);

  static constexpr uint32_t kMostIoConnections = 4096;

  const std::vector<ProtocolRow> protocols_;
  IoConnections io_{kMostIoConnections, 0};
  std::map<Key, Entry> conversations_;
  CapturedFragments fragments_;
  uint64_t cut_ = 0;
  uint64_t malformed_ = 0;
};

}  // namespace bulkhead::dataplane
