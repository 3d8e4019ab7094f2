// SPDX-License-Identifier: Apache-2.0
// A stream of frames in two pieces, joined as the dataplane joins it.
#pragma once

#include <algorithm>
#include <string>

#include "../enip/enip_talk.h"

namespace bulkhead::test::enip {

class Names final : public wire::OperationSink {
 public:
  void told() noexcept override { said += std::string(operation.name) + ';'; }
  std::string said;
};

// The names of what is told of `frames`, of which `cut` bytes come first.
inline std::string told_of(const Bytes& frames, size_t cut) {
  auto connection = std::make_unique<wire::enip::Connection>();
  auto names = std::make_unique<Names>();
  Bytes held;
  for (const auto& [from, to] : {std::pair{size_t{0}, cut}, std::pair{cut, frames.size()}}) {
    held.insert(held.end(), frames.begin() + static_cast<long>(from),
                frames.begin() + static_cast<long>(to));
    for (;;) {
      const auto size = connection->frame_size(Side::kRequest, held);
      if (!size.ok() || *size > held.size()) break;
      const Bytes frame(held.begin(), held.begin() + static_cast<long>(*size));
      if (connection->frame(Side::kRequest, frame, *names).kind != wire::FaultKind::kNone)
        names->said += "fault;";
      held.erase(held.begin(), held.begin() + static_cast<long>(*size));
    }
  }
  return names->said;
}

}  // namespace bulkhead::test::enip
