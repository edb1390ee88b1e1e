/** The part of `tandem conform kernel` that runs inside a namespace of its own. */
import { campaign, type Campaign, type CampaignOptions } from "../conform/campaign.ts";
import { kernelBox } from "../conform/kernel.ts";
import { progressOf } from "./progress.ts";

/** Runs the histories on the kernel of this namespace. */
export function insideCommand(options: CampaignOptions): Campaign {
  const progress = progressOf("histories", options.histories);
  const found = campaign(kernelBox(), options, (done, note) => progress.update(done, note));
  progress.end();
  return found;
}
