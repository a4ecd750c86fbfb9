/** Who may command: write access at this very moment, asked of GitHub and nobody else (R-GH-8). */
import { z } from "zod";
import type { GitHub } from "../api/request.ts";

const Permission = z.object({ permission: z.enum(["admin", "write", "read", "none"]) });

export async function mayWrite(github: GitHub, login: string): Promise<boolean> {
  try {
    const { data } = await github.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
      username: login,
    });
    const { permission } = Permission.parse(data);
    return permission === "admin" || permission === "write";
  } catch (error) {
    if (typeof error === "object" && error !== null && "status" in error && error.status === 404)
      return false;
    throw error;
  }
}
